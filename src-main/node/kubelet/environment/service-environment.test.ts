import { expect, test } from 'vitest'
import { serviceEnvironment } from './service-environment.ts'

test('serviceEnvironment names host, ports and Docker-like links, and leaves headless services out', () => {
  const variables = serviceEnvironment([
    {
      metadata: { name: 'redis-primary' },
      spec: { clusterIP: '10.0.0.11', ports: [{ name: 'db', port: 6379 }] },
    },
    { metadata: { name: 'headless' }, spec: { clusterIP: 'None', ports: [{ port: 1 }] } },
  ])
  expect(Object.fromEntries(variables)).toEqual({
    REDIS_PRIMARY_SERVICE_HOST: '10.0.0.11',
    REDIS_PRIMARY_SERVICE_PORT: '6379',
    REDIS_PRIMARY_SERVICE_PORT_DB: '6379',
    REDIS_PRIMARY_PORT: 'tcp://10.0.0.11:6379',
    REDIS_PRIMARY_PORT_6379_TCP: 'tcp://10.0.0.11:6379',
    REDIS_PRIMARY_PORT_6379_TCP_PROTO: 'tcp',
    REDIS_PRIMARY_PORT_6379_TCP_PORT: '6379',
    REDIS_PRIMARY_PORT_6379_TCP_ADDR: '10.0.0.11',
  })
})
