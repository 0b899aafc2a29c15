import type { ApiClient } from './api-client.ts'

/** A pod of about 2 kB that no scheduler takes. */
export function benchPod(name: string) {
  const env = Array.from({ length: 20 }, (_, n) => ({
    name: `SETTING_${n}`,
    value: 'some value of usual length',
  }))
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'bench', 'app.kubernetes.io/part-of': 'bench' } },
    spec: {
      schedulerName: 'nobody',
      automountServiceAccountToken: false,
      containers: [{ name: 'main', image: 'web', env }],
    },
  }
}

/** Creates `count` of what `make` makes, 32 at a time. */
export async function createMany(
  client: ApiClient,
  path: string,
  count: number,
  make: (index: number) => unknown,
): Promise<void> {
  let index = 0
  const worker = async () => {
    while (index < count) await client.request(path, 'POST', make(index++))
  }
  await Promise.all(Array.from({ length: 32 }, worker))
}
