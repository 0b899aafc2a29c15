import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { generateObjectTypes } from './object-types.ts'
import { rbacPolicy } from './rbac-policy.ts'
import { schemaTables } from './schema-tables.ts'

const { values } = parseArgs({
  options: { facts: { type: 'string' }, verify: { type: 'boolean' } },
})
if (!values.facts) {
  console.error(
    'npm run generate -- --facts DIR: name the folder that holds fields.tsv and the other facts',
  )
  process.exit(2)
}
generateObjectTypes(values.facts, path.resolve('src-main/kubernetes/api'))
writeFolder(path.resolve('src-main/kubernetes/schema/generated'), schemaTables(values.facts))
writeFolder(
  path.resolve('src-main/control-plane/apiserver/bootstrap/generated'),
  new Map([['rbac-policy.ts', rbacPolicy(values.facts)]]),
)

function writeFolder(folder: string, files: Map<string, string>): void {
  mkdirSync(folder, { recursive: true })
  for (const file of readdirSync(folder)) if (!files.has(file)) rmSync(path.join(folder, file))
  for (const [file, text] of files) {
    const target = path.join(folder, file)
    if (!existing(target, text)) writeFileSync(target, text)
  }
}

function existing(file: string, text: string): boolean {
  try {
    return readFileSync(file, 'utf8') === text
  } catch {
    return false
  }
}
