import path from 'node:path'
import { readTsv } from '../../../scripts/generate/facts.ts'

/** A row of a generated table: its cells by the names of their columns. */
export type Row = Partial<Record<string, string>>

/** The rows of `generated/NAME.tsv`, which `npm run generate` makes from the facts. */
export const readTable = (name: string): Row[] =>
  readTsv(path.join(import.meta.dirname, 'generated'), `${name}.tsv`)
