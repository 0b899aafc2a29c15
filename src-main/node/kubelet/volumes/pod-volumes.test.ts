import { expect, test } from 'vitest'
import type { VolumeMount } from '#kubernetes/api/core-v1.ts'
import { containerMounts } from './pod-volumes.ts'

const resolved = {
  engine: [],
  hostPaths: new Map([['host', '/srv']]),
  files: new Map([
    ['settings', []],
    ['token', []],
  ]),
}

/** Whether a container may write, by where its volumes are mounted. */
function writable(...volumeMounts: VolumeMount[]): Record<string, boolean> {
  const mounts = containerMounts({ name: 'main', volumeMounts }, resolved, new Map())
  return Object.fromEntries(mounts.map(mount => [mount.containerPath, !mount.readOnly]))
}

test('ConfigMaps, Secrets and their like are mounted read-only, whole or in part', () => {
  expect(
    writable(
      { name: 'settings', mountPath: '/settings', readOnly: false },
      { name: 'settings', mountPath: '/etc/app.conf', subPath: 'app.conf' },
      { name: 'host', mountPath: '/host' },
      { name: 'host', mountPath: '/fixed', readOnly: true },
      { name: 'work', mountPath: '/work' },
    ),
  ).toEqual({
    '/settings': false,
    '/etc/app.conf': false,
    '/host': true,
    '/fixed': false,
    '/work': true,
  })
})

test('one that another mount lies below takes the folder for it', () => {
  expect(
    writable(
      { name: 'settings', mountPath: '/var/run/secrets/' },
      { name: 'token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
      { name: 'work', mountPath: '/var/run/secrets-work' },
    ),
  ).toMatchObject({
    '/var/run/secrets/': true,
    '/var/run/secrets/kubernetes.io/serviceaccount': false,
  })
})
