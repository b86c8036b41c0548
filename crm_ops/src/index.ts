export type { SampleSize } from './config.js';
export { LaunchError } from './stack/launch.error.js';
export { launch, readRun, type LaunchOptions, type Product } from './stack/launch.service.js';
export { runLauncher, type CommandOptions } from './stack/launch.command.js';
export { DEMO_PASSWORD, DEMO_USERS } from './stack/product.plan.js';
export { kafkaPlan } from './stack/kafka.plan.js';
export type { RunningPart } from './stack/stack.runner.js';
export { Part, type PartOptions, type PartSpec } from './parts/part.process.js';
