import type { Page } from 'playwright-core';

/** Hands of somebody who works with a page: what they do is counted, and nothing reaches the page in another way. */
export class CountedHands {
  /** Clicks, drags, chords of keys and words typed, one each. */
  count = 0;

  constructor(private readonly page: Page) {}

  async click(selector: string): Promise<void> {
    this.count += 1;
    await this.page.locator(selector).first().click();
  }

  async key(chord: string): Promise<void> {
    this.count += 1;
    await this.page.keyboard.press(chord);
  }

  /** Waits until something is there to be seen, as a person would. */
  async see(selector: string): Promise<void> {
    await this.page.locator(selector).first().waitFor({ timeout: 30_000 });
  }

  /** Types where the focus is, in place of what is selected there. */
  async type(words: string): Promise<void> {
    this.count += words.trim().split(/\s+/).length;
    await this.page.keyboard.type(words);
  }

  /** Opens a list of choices and takes one of them. */
  async choose(selector: string, value: string): Promise<void> {
    this.count += 2;
    await this.page.locator(selector).first().selectOption(value);
  }

  /** Drags from the middle of one thing to that of another. */
  async drag(from: string, to: string): Promise<void> {
    this.count += 1;
    await this.page.locator(from).first().scrollIntoViewIfNeeded();
    const middle = async (selector: string): Promise<[number, number]> => {
      const box = await this.page.locator(selector).first().boundingBox();
      if (!box) throw new Error(`${selector} is not in sight`);
      return [box.x + box.width / 2, box.y + box.height / 2];
    };
    const [start, end] = [await middle(from), await middle(to)];
    await this.page.mouse.move(...start);
    await this.page.mouse.down();
    await this.page.mouse.move(start[0] + 8, start[1] + 8, { steps: 3 });
    await this.page.mouse.move(...end, { steps: 8 });
    await this.page.mouse.move(end[0] + 1, end[1]);
    await this.page.mouse.up();
  }
}
