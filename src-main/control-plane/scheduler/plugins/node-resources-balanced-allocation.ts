import { maxNodeScore, type Plugin } from '../framework.ts'
import type { ResourceWeight } from './node-resources-fit.ts'

/** Likes nodes whose resources would be used to about the same degree. */
export function nodeResourcesBalancedAllocation({
  resources,
}: {
  resources: readonly ResourceWeight[]
}): Plugin {
  return {
    name: 'NodeResourcesBalancedAllocation',
    score({ requests }) {
      const wanted = resources.map(({ name }) => ({ name, amount: requests[name] ?? 0 }))
      if (wanted.every(({ amount }) => amount === 0)) return undefined
      const counted = wanted.filter(
        ({ name, amount }) => name === 'cpu' || name === 'memory' || amount > 0,
      )
      return {
        score({ allocatable, requested }) {
          const shares: number[] = []
          for (const { name, amount } of counted) {
            const all = allocatable[name]
            if (all) shares.push(Math.min(1, ((requested[name] ?? 0) + amount) / all))
          }
          return Math.floor((1 - deviation(shares)) * maxNodeScore)
        },
      }
    },
  }
}

function deviation(shares: number[]): number {
  if (shares.length < 2) return 0
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
  const squares = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0)
  return Math.sqrt(squares / shares.length)
}
