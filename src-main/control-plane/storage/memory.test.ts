import { openMemoryStore } from './memory.ts'
import { storeConformance } from './store-conformance.ts'

storeConformance('memory', () => openMemoryStore())
