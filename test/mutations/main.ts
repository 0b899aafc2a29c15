// npm run mutations [WORD…]: plants every fault (or those whose name, file or area has one of the words) in turn, runs the
// tests that are to catch it, and fails when one survives.
import { areas } from './index.ts'
import { runMutation } from './run-mutation.ts'

const words = process.argv.slice(2)
const wanted = Object.entries(areas).flatMap(([area, mutations]) =>
  mutations.filter(({ name, file }) =>
    words.length ? words.some(word => `${area} ${name} ${file}`.includes(word)) : true,
  ),
)
const survivors: string[] = []
for (const [index, mutation] of wanted.entries()) {
  const verdict = await runMutation(mutation).catch((error: unknown) => String(error))
  if (verdict !== 'caught') survivors.push(mutation.name)
  process.stderr.write(`${index + 1}/${wanted.length}  ${verdict}  ${mutation.name}\n`)
}
process.stdout.write(`${wanted.length - survivors.length} of ${wanted.length} faults caught\n`)
for (const name of survivors) process.stdout.write(`SURVIVED  ${name}\n`)
process.exitCode = survivors.length > 0 ? 1 : 0
