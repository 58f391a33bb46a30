// Runs all checks, two at a time, the longest first, and says what each has to say when it has ended.
import { spawn } from 'node:child_process';

const waiting = ['lint', 'typecheck', 'boundaries', 'format:check', 'dead', 'comments'];

function run(name) {
  const child = spawn('npm', ['run', '--silent', name], { shell: process.platform === 'win32' });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  return new Promise((resolve) => {
    child.once('close', (code) => {
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} npm run ${name}`);
      if (code !== 0) {
        console.log(text);
        process.exitCode = 1;
      }
      resolve();
    });
  });
}

async function lane() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await run(name);
}
await Promise.all([lane(), lane()]);
