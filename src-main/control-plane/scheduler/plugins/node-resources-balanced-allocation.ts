import { maxNodeScore, type Plugin } from '../framework.ts'

/** Likes nodes whose CPU and memory would be used to about the same degree. */
export const nodeResourcesBalancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  score({ requests }) {
    const cpu = requests['cpu'] ?? 0
    const memory = requests['memory'] ?? 0
    if (cpu === 0 && memory === 0) return undefined
    return {
      score({ allocatable, requested }) {
        const shares = [
          share((requested['cpu'] ?? 0) + cpu, allocatable['cpu']),
          share((requested['memory'] ?? 0) + memory, allocatable['memory']),
        ].filter(value => value !== undefined)
        const [a, b] = shares
        const deviation = a === undefined || b === undefined ? 0 : Math.abs(a - b) / 2
        return Math.floor((1 - deviation) * maxNodeScore)
      },
    }
  },
}

const share = (used: number, allocatable: number | undefined): number | undefined =>
  allocatable ? Math.min(1, used / allocatable) : undefined
