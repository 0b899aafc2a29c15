import { testKubectl } from './kubectl-suite.ts'

testKubectl('1.35')
