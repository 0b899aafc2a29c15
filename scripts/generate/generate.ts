import path from 'node:path'
import { parseArgs } from 'node:util'
import { generateObjectTypes } from './object-types.ts'

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
