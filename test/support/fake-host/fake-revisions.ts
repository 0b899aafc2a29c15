import type { Revision } from '#contract/rollouts.ts'

const template = (name: string, version: string, cpu: string) => `metadata:
  labels:
    app: ${name}
spec:
  containers:
    - name: api
      image: ghcr.io/acme/${name}:${version}
      resources:
        requests:
          cpu: ${cpu}
`

const revision = (
  name: string,
  number: number,
  version: string,
  days: number,
  changeCause?: string,
): Revision => ({
  revision: number,
  created: new Date(Date.now() - days * 86_400_000).toISOString(),
  current: number === 42,
  images: [`ghcr.io/acme/${name}:${version}`],
  template: template(name, version, number > 40 ? '250m' : '100m'),
  ...(changeCause && { changeCause }),
})

/** Three revisions; the newest is the present one. */
export const fakeRevisions = (name: string): Revision[] => [
  revision(name, 42, '4.2.0', 0.02, 'argocd: sync 8f31c2'),
  revision(name, 41, '4.1.9', 6),
  revision(name, 39, '4.1.7', 21, 'helm upgrade shop --version 1.18.0'),
]
