import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { hasCapability, isRoot } from './privileges.ts'
import { endProcess, isAlive, programOf, runChecked, runCommand } from './processes.ts'

test('a program gets its input and gives its output and code', async () => {
  const script = 'cat; echo wrong >&2; exit 3'
  expect(await runCommand('sh', ['-c', script], { input: 'hello' })).toEqual({
    code: 3,
    stdout: 'hello',
    stderr: 'wrong\n',
  })
  await expect(runChecked('sh', ['-c', script])).rejects.toThrow('sh -c: wrong')
})

test('a program that is not there is an error', async () => {
  await expect(runCommand('/no/such/program', [])).rejects.toThrow(/ENOENT/)
})

test('a process that ignores TERM is killed after its grace', async () => {
  const child = spawn('sh', ['-c', 'trap "" TERM; echo up; while :; do sleep 1; done'])
  await new Promise(resolve => child.stdout.once('data', resolve))
  const pid = child.pid ?? 0
  expect(await programOf(pid)).toBe('sh')
  await endProcess(pid, { clock: systemClock, graceMs: 100 })
  expect(isAlive(pid)).toBe(false)
  expect(child.signalCode).toBe('SIGKILL')
})

test('an ordinary user has no capabilities', async () => {
  const has = await hasCapability('netAdmin')
  expect(has && !isRoot()).toBe(false)
})
