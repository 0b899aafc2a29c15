// npm run mutations [WORD…]: plants every fault (or those whose name, file, area or assertion starts with or has one of the
// words) in turn, runs the tests that are to catch it, and fails when one survives.
//   npm run mutations -- deployments      what concerns them
//   npm run mutations -- 6.1. 7.2.b       what breaks these assertions of docs/api-checklist.md
import { checklistMutations } from './checklist/index.ts'
import { areas } from './index.ts'
import { runAssertionMutation, runMutation } from './run-mutation.ts'

const words = process.argv.slice(2)
const isWanted = (text: string) => !words.length || words.some(word => text.includes(word))
const survivors: string[] = []
const wanted = [
  ...Object.entries(areas).flatMap(([area, own]) =>
    own
      .filter(({ name, file }) => isWanted(`${area} ${name} ${file}`))
      .map(mutation => ({
        name: mutation.name,
        survivors: async () =>
          (await runMutation(mutation)) === 'caught' ? [] : [`SURVIVED  ${mutation.name}`],
      })),
  ),
  ...checklistMutations
    .filter(({ name, file }) => isWanted(`checklist ${name} ${file}`))
    .map(mutation => ({
      name: mutation.name,
      survivors: async () =>
        [...(await runAssertionMutation(mutation))]
          .filter(([, verdict]) => verdict !== 'caught')
          .map(([id]) => `SURVIVED  ${id}`),
    })),
]
for (const [index, { name, survivors: run }] of wanted.entries()) {
  const found = await run().catch((error: unknown) => [`${name}: ${String(error)}`])
  survivors.push(...found)
  const verdict = found.length ? found.join(', ') : 'caught'
  process.stderr.write(`${index + 1}/${wanted.length}  ${verdict}  ${name}\n`)
}
process.stdout.write(`${wanted.length} faults planted\n`)
for (const survivor of survivors) process.stdout.write(`${survivor}\n`)
process.exitCode = survivors.length > 0 ? 1 : 0
