import type { Page } from '@playwright/test'

/**
 * Collects what a page reports as an error from now on. What a browser breaks off because the machine's networks
 * changed is not the page's error: other tests make bridges meanwhile, and the window asks again.
 */
export function listenForErrors(page: Page): string[] {
  const errors: string[] = []
  page.on('pageerror', error => errors.push(String(error.stack ?? error)))
  page.on('console', message => {
    if (message.type() === 'error' && !message.text().includes('net::ERR_NETWORK_CHANGED')) {
      errors.push(message.text())
    }
  })
  return errors
}

const tries = 5

/** Goes to a page as a person does, who would reload one that the browser broke off for a change of networks. */
export async function visit(page: Page, address: () => string | Promise<string>): Promise<void> {
  for (let failed = 1; ; failed++) {
    try {
      await page.goto(await address())
      return
    } catch (error) {
      if (failed === tries || !String(error).includes('net::ERR_NETWORK_CHANGED')) throw error
    }
  }
}
