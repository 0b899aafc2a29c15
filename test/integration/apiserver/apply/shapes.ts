/** The path of the container that `deployment` makes. */
export const web = '.spec.template.spec.containers[name="web"]'

/** What an applier owns of a `deployment` without more. */
export const deploymentOwned = [
  '.spec.selector',
  '.spec.template.metadata.labels.app',
  web,
  `${web}.name`,
  `${web}.image`,
]

/** The least content of a Deployment, with more in its spec, its pods' spec and their container. */
export const deployment = (spec: object = {}, pod: object = {}, container: object = {}) => ({
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1', ...container }], ...pod },
    },
    ...spec,
  },
})

/** What one says of a container of that Deployment alone. */
export const containers = (...items: object[]) => ({
  spec: { template: { spec: { containers: items } } },
})

/** A configuration that says something of the spec alone. */
export const spec = (fields: object) => ({ spec: fields })
