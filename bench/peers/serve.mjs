// The loop of a worker on Node.js: a job per line, an answer per line.
import { createInterface } from 'node:readline';

export async function serve(version, work) {
  console.log(JSON.stringify({ version }));
  for await (const line of createInterface({ input: process.stdin })) {
    const job = JSON.parse(line);
    const answer = await work(job).then(() => ({}), (error) => ({ error: String(error) }));
    console.log(JSON.stringify(answer));
  }
}
