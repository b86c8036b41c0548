import { runCommand } from './kernel/command.js';
import { verifyFromArgs } from './workspace/audit/audit.cli.js';

runCommand(verifyFromArgs(process.argv.slice(2)));
