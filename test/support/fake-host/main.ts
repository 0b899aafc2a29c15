import { FakeHost } from './fake-host.ts'

const host = await new FakeHost().start(Number(process.argv[2] ?? 0))
console.log(host.url)
process.on('SIGTERM', () => process.exit(0))
