import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'
import { openSqliteStore } from './sqlite.ts'
import { storeConformance } from './store-conformance.ts'

const directory = mkdtempSync(path.join(tmpdir(), 'slipway-sqlite-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
let files = 0
const newFile = () => path.join(directory, `${++files}`, 'state.db')

storeConformance('sqlite', () => openSqliteStore({ file: newFile() }))
