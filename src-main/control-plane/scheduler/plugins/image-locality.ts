import type { Pod } from '#kubernetes/api/core-v1.ts'
import { maxNodeScore, type Plugin } from '../framework.ts'

const minThreshold = 23 * 2 ** 20
const maxThresholdPerContainer = 1000 * 2 ** 20

/** Likes nodes that have much of what would else be pulled; images that few nodes have count less, so that pods don't heap up there. */
export const imageLocality: Plugin = {
  name: 'ImageLocality',
  score({ pod }, nodes) {
    const images = imagesOf(pod)
    const shares = images.map(image => ({
      image,
      share: nodes.filter(node => node.images.has(image)).length / Math.max(1, nodes.length),
    }))
    if (shares.every(({ share }) => share === 0)) return undefined
    const most = maxThresholdPerContainer * images.length
    return {
      score(node) {
        const sum = shares.reduce(
          (total, { image, share }) => total + Math.trunc((node.images.get(image) ?? 0) * share),
          0,
        )
        const bounded = Math.min(Math.max(sum, minThreshold), most)
        return Math.floor((maxNodeScore * (bounded - minThreshold)) / (most - minThreshold))
      },
    }
  },
}

/** Of all containers and image volumes, with the tag that they have unless they say one. */
const imagesOf = ({ spec }: Pod): string[] =>
  [
    ...[...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ image }) => image),
    ...(spec?.volumes ?? []).flatMap(({ image }) => (image ? [image.reference] : [])),
  ].map((image = '') =>
    image.lastIndexOf(':') > image.lastIndexOf('/') ? image : `${image}:latest`,
  )
