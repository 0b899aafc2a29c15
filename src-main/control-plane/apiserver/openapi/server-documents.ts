import { documentOf } from './document.ts'
import { answers } from './responses.ts'
import { reference, type Schema } from './schemas.ts'

/** The documents of what the server tells of itself, by their paths in the index. */
export const serverDocuments: [path: string, make: () => Schema][] = [
  ['version', versionDocument],
  [
    '.well-known/openid-configuration',
    () =>
      keyDocument('/.well-known/openid-configuration/', {
        tag: 'WellKnown',
        description:
          "get service account issuer OpenID configuration, also known as the 'OIDC discovery doc'",
        operationId: 'getServiceAccountIssuerOpenIDConfiguration',
        mediaType: 'application/json',
      }),
  ],
  [
    'openid/v1/jwks',
    () =>
      keyDocument('/openid/v1/jwks/', {
        tag: 'openid',
        description:
          'get service account issuer OpenID JSON Web Key Set (contains public token verification keys)',
        operationId: 'getServiceAccountIssuerOpenIDKeyset',
        mediaType: 'application/jwk-set+json',
      }),
  ],
]

const versionInfo = 'io.k8s.apimachinery.pkg.version.Info'
const always = [
  'major',
  'minor',
  'gitVersion',
  'gitCommit',
  'gitTreeState',
  'buildDate',
  'goVersion',
  'compiler',
  'platform',
]
const sometimes = [
  'emulationMajor',
  'emulationMinor',
  'minCompatibilityMajor',
  'minCompatibilityMinor',
]

function versionDocument(): Schema {
  const properties = {
    ...Object.fromEntries(always.map(name => [name, { type: 'string', default: '' }])),
    ...Object.fromEntries(sometimes.map(name => [name, { type: 'string' }])),
  }
  const get = {
    tags: ['version'],
    description: 'get the version information for this server',
    operationId: 'getCodeVersion',
    responses: answers({ 200: reference(versionInfo) }, ['application/json']),
  }
  const description =
    "Info contains versioning information. how we'll want to distribute that information."
  const schemas = { [versionInfo]: { description, type: 'object', required: always, properties } }
  return documentOf({ '/version/': { get } }, schemas)
}

interface KeyOperation {
  tag: string
  description: string
  operationId: string
  mediaType: string
}

/** A document that OpenID describes, not Kubernetes: some text. */
function keyDocument(path: string, { tag, mediaType, ...operation }: KeyOperation): Schema {
  const responses = answers({ 200: { type: 'string' } }, [mediaType])
  return documentOf({ [path]: { get: { tags: [tag], ...operation, responses } } }, {})
}
