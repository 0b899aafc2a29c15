import type { ClusterSummary } from '#contract/clusters.ts'

const step = (name: string, state: 'done' | 'running' | 'waiting', ms?: number) => ({
  name,
  state,
  ...(ms !== undefined && { ms }),
})
export const startSteps = [
  step('Found Docker 28.3', 'done', 38),
  step('Chose address ranges that no route uses', 'done', 6),
  step('Made certificates', 'done', 91),
  step('Started the store', 'done', 22),
  step('Waiting for the API server on 127.0.0.1:6443', 'running', 214),
  step('Start the node and DNS', 'waiting'),
  step('Add context slipway to ~/.kube/config, with a backup', 'waiting'),
]

const local = (
  name: string,
  port: number,
  rest: Partial<NonNullable<ClusterSummary['local']>>,
): ClusterSummary => ({
  id: `local:${name}`,
  name,
  kind: 'local',
  connection: rest.state === 'running' ? 'connected' : 'not-opened',
  ...(rest.state === 'running' && { version: 'v1.35.2' }),
  local: {
    state: 'stopped',
    runtime: 'docker',
    engine: 'Docker 28.3',
    apiServer: `https://127.0.0.1:${port}`,
    kubeconfig: `/home/dev/.local/share/slipway/${name}/kubeconfig`,
    steps: [],
    ...rest,
  },
})

const context = (
  name: string,
  connection: ClusterSummary['connection'],
  server: string,
  signsInWith: string,
  error?: string,
): ClusterSummary => ({
  id: `context:${name}`,
  name,
  kind: 'context',
  connection,
  server,
  signsInWith,
  source: '~/.kube/config',
  ...(error && { error }),
  ...(connection === 'connected' && { version: 'v1.34.1' }),
})

/** What the rail and the clusters page show. */
export const fakeClusters = (): ClusterSummary[] => [
  local('local', 6443, { state: 'running', startupMs: 412 }),
  local('upgrade-test', 6444, { state: 'starting', steps: startSteps }),
  local('scale-test', 6445, {
    state: 'stopped',
    runtime: 'simulated',
    engine: 'Simulated',
    banner:
      'Containers are simulated: no container engine answered on this machine. Install Docker or Podman and create a new cluster to run real ones.',
  }),
  context('gke-dev', 'connected', 'https://34.141.22.9', 'gke-gcloud-auth-plugin'),
  context(
    'eks-prod-eu',
    'failed',
    'https://9F2C.gr7.eu-central-1.eks.amazonaws.com',
    'aws eks get-token',
    'aws eks get-token exited with code 255: Error when retrieving token from sso: Token has expired and refresh failed. Run aws sso login and try again.',
  ),
  context(
    'aks-staging',
    'not-opened',
    'https://acme-stg-7f2k.hcp.westeurope.azmk8s.io:443',
    'kubelogin',
  ),
  context('k3s-lab', 'not-opened', 'https://192.168.1.40:6443', 'client certificate'),
]
