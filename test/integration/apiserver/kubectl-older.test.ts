import { describe } from 'vitest'
import { testKubectl } from './kubectl-suite.ts'

// Three releases behind the server, which is more than upstream's version skew policy asks for.
describe('kubectl 1.32', () => testKubectl('1.32'))
