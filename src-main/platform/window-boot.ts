import { createHash } from 'node:crypto'

/**
 * Runs in the window's page before anything else loads. Where a laptop joins or leaves a network – a container engine's
 * bridge is one – a browser breaks off what is on its way, from this very machine too, and a module that did not arrive
 * is not asked for again. So what the page names is fetched into the browser's cache until it is there, and then the
 * page is loaded anew. Plain JavaScript of any age; what follows the first drawing is not its business.
 */
export const bootScript = `(() => {
  let mending = false
  const root = () => document.getElementById('root')
  const say = text => {
    root().textContent = text
    root().setAttribute('role', 'alert')
    root().style.cssText = 'padding:24px;font:14px/1.5 system-ui,sans-serif'
  }
  const bring = async url => {
    for (let failed = 0; ; failed++) {
      const answer = await fetch(url).then(async got => (await got.arrayBuffer(), got), () => undefined)
      if (answer && answer.ok) return
      if (answer) throw new Error('Slipway could not load its window: ' + url + ' was answered with ' + answer.status + '. Start Slipway again; if that does not help, install it anew.')
      if (failed === 4) say('Slipway does not answer. Its window opens here as soon as it does.')
      await new Promise(done => setTimeout(done, Math.min(100 * 2 ** failed, 2000)))
    }
  }
  const mend = () => {
    const named = document.querySelectorAll('script[src], link[href]:not([href^="data:"])')
    Promise.all(Array.from(named, part => bring(part.src || part.href))).then(
      () => location.reload(),
      error => say(error.message)
    )
  }
  addEventListener('error', ({ target }) => {
    if (mending || target === window || !(target.src || target.href) || (root() && root().firstChild)) return
    mending = true
    setTimeout(mend, 100)
  }, true)
})()`

/** The source by which a content security policy admits that script alone. */
export const bootSource = `'sha256-${createHash('sha256').update(bootScript).digest('base64')}'`
