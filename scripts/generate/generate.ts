import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { toolPath } from '../../test/support/kubectl.ts'
import { factTables } from './fact-tables.ts'
import { readGoStructs } from './go-types.ts'
import { objectTypes } from './object-types.ts'
import { officialTests } from './official-tests.ts'
import { schemaTables } from './schema-tables.ts'
import { compareFolder, compareWithGo, compareWithModels, knownModelDifferences } from './verify.ts'

/** What is generated from the facts: a folder, and its files by name. */
const targets: [folder: string, generate: (facts: string) => Map<string, string>][] = [
  ['src-main/kubernetes/api', objectTypes],
  ['src-main/kubernetes/schema/generated', schemaTables],
  ['test/conformance/support/generated', officialTests],
  ['test/conformance/facts/generated', factTables],
]

const { values } = parseArgs({
  options: { facts: { type: 'string' }, verify: { type: 'boolean' } },
})
if (values.verify) await verify(values.facts)
else if (values.facts)
  for (const [folder, generate] of targets) writeFolder(folder, generate(values.facts))
else {
  console.error(
    'npm run generate -- --facts DIR: name the folder that holds fields.tsv and the other facts\n' +
      'npm run generate -- --verify [--facts DIR]: compare what is committed with the pinned packages, and with the facts',
  )
  process.exitCode = 2
}

async function verify(facts: string | undefined): Promise<void> {
  const go = compareWithGo(readGoStructs(readFileSync(await toolPath('kubectl'))))
  const models = compareWithModels(process.cwd())
  const unexpected = models.differences.filter(line => !knownModelDifferences.includes(line))
  const stale = facts
    ? targets.flatMap(([folder, generate]) =>
        compareFolder(folder, generate(facts)).map(line => `${folder}: ${line}`),
      )
    : []
  for (const line of knownModelDifferences) console.log(`known: ${line}`)
  for (const line of [...go.differences, ...unexpected, ...stale]) console.error(line)
  console.log(
    `${go.compared} fields compared with kubectl, ${models.compared} with client-node${facts ? ', all files with the facts' : ''}`,
  )
  if (go.differences.length + unexpected.length + stale.length) process.exitCode = 1
}

function writeFolder(folder: string, files: Map<string, string>): void {
  mkdirSync(folder, { recursive: true })
  for (const file of readdirSync(folder)) if (!files.has(file)) rmSync(path.join(folder, file))
  for (const [file, text] of files) writeFileSync(path.join(folder, file), text)
}
