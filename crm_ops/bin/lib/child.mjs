import { spawn } from 'node:child_process';
import { progress } from './print.mjs';

/** Programs that must not outlive this process. */
const running = new Set();
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

function endAll() {
  for (const child of running) child.kill('SIGTERM');
}

function onSignal(signal) {
  endAll();
  // Once the launcher listens too, it decides when to go.
  if (process.listenerCount(signal) === 1) process.exit(SIGNALS[signal]);
}

function watch(child) {
  if (running.size === 0) {
    process.on('exit', endAll);
    for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);
  }
  running.add(child);
}

function unwatch(child) {
  running.delete(child);
  if (running.size > 0) return;
  process.off('exit', endAll);
  for (const signal of Object.keys(SIGNALS)) process.off(signal, onSignal);
}

/**
 * Runs a program to its end without a shell and keeps the end of what it said.
 * @returns {Promise<{code: number, tail: string, seconds: number}>}
 */
export function runToEnd(file, args, { cwd, env = process.env, label, everySeconds = 15, timeoutSeconds } = {}) {
  return new Promise((resolve) => {
    const began = performance.now();
    const seconds = () => Math.round((performance.now() - began) / 100) / 10;
    let tail = '';
    const keep = (chunk) => {
      tail = (tail + chunk).slice(-20_000);
    };
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    watch(child);
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const beat = label ? setInterval(() => progress(`${label} … ${Math.round(seconds())} s`), everySeconds * 1000) : undefined;
    const limit = timeoutSeconds ? setTimeout(() => child.kill('SIGKILL'), timeoutSeconds * 1000) : undefined;
    const end = (code) => {
      unwatch(child);
      clearInterval(beat);
      clearTimeout(limit);
      resolve({ code, tail, seconds: seconds() });
    };
    child.on('error', (error) => {
      keep(error.message);
      end(127);
    });
    child.on('close', (code) => end(code ?? 1));
  });
}

/** The last lines of a program's output that say something, indented for a reader. */
export function lastLines(text, count = 15) {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.slice(-count).map((line) => `    ${line}`).join('\n');
}
