import { type NonResourceRoutes, readOnly } from './non-resource-routes.ts'
import type { Services } from './services.ts'

/** What lets others check service-account tokens: the OpenID configuration and our public key. */
export function addOpenId(routes: NonResourceRoutes, services: Services): void {
  const reply = (value: object) => ({
    kind: 'bytes' as const,
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=3600' },
    body: Buffer.from(JSON.stringify(value)),
  })
  routes.at(
    '/.well-known/openid-configuration',
    readOnly(() =>
      reply({
        issuer: services.issuer,
        jwks_uri: `${services.issuer}/openid/v1/jwks`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
      }),
    ),
  )
  routes.at(
    '/openid/v1/jwks',
    readOnly(() => ({
      ...reply(services.tokens.keySet()),
      headers: {
        'content-type': 'application/jwk-set+json',
        'cache-control': 'public, max-age=3600',
      },
    })),
  )
}
