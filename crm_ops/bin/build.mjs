import { prepare } from './lib/prepare.mjs';
import { command, progress } from './lib/print.mjs';

await command(async () => {
  const { ui } = await prepare({ ui: true });
  await ui;
  progress('everything is built');
});
