import { runCommand } from '../../../kernel/command.js';
import { verifyExports } from './verify.cli.js';

runCommand(verifyExports(process.argv.slice(2)));
