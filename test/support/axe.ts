import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/**
 * What axe-core finds wrong with the page as it is shown, in words. In one frame, so that its answer needs no second page
 * (what its interface calls the legacy mode), which takes longer than the check.
 * @param rules ids of the only rules to ask; all unless told otherwise.
 */
export async function axeViolations(page: Page, rules?: readonly string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page })
    .setLegacyMode()
    // React Aria's own live region stands outside the landmarks on purpose: it is read out wherever the focus is.
    .exclude('[data-live-announcer]');
  const { violations } = await (rules === undefined ? axe : axe.withRules([...rules])).analyze();
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')})`,
  );
}

/** The rules whose answers hang on the theme: with another one, all else of the page is the same. */
export const RULES_OF_COLOURS = ['color-contrast', 'link-in-text-block'];
