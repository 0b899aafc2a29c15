const hints: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED/, 'Nothing listens at that address: the cluster may be stopped, or have moved.'],
  [/ENOTFOUND|EAI_AGAIN/, 'That name is not known here: a VPN may be off, or the cluster gone.'],
  [
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
    'No answer comes from there: a VPN or a proxy may be missing.',
  ],
  [
    /certificate has expired|CERT_HAS_EXPIRED/,
    'The server’s certificate has to be renewed by whoever runs the cluster.',
  ],
  [
    /self-signed certificate|unable to (verify|get)/,
    'The kubeconfig’s certificate authority is not the one that signed the server’s certificate.',
  ],
]

/** What a person may look at when a cluster can't be reached, by what Node.js said; undefined when nothing is sure. */
export const connectHint = (error: string): string | undefined =>
  hints.find(([pattern]) => pattern.test(error))?.[1]
