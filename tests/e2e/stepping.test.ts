import { describe, expect, it } from 'vitest';
import { count, sentence, useSite } from './open.ts';

const { visit } = useSite();

describe('stepping', () => {
  it('opens the first walk before its first step and steps forward and back', async () => {
    await visit(async (page) => {
      await expect.poll(() => page.locator('h1').textContent()).toContain('A walk through');
      const start = await count(page);
      expect(start.at).toBe(0);
      expect(start.of).toBeGreaterThan(50);
      const before = await sentence(page);
      await page.getByRole('button', { name: 'Step forward' }).click();
      expect((await count(page)).at).toBe(1);
      expect(await sentence(page)).not.toBe(before);
      await page.getByRole('button', { name: 'Step forward' }).click();
      const two = await sentence(page);
      await page.getByRole('button', { name: 'Step forward' }).click();
      await page.getByRole('button', { name: 'Step back' }).click();
      expect((await count(page)).at).toBe(2);
      expect(await sentence(page)).toBe(two);
    });
  });

  it('answers the keys, and none of them while someone types', async () => {
    await visit(async (page) => {
      const { of } = await count(page);
      const at = async (): Promise<number> => (await count(page)).at;
      await page.keyboard.press('ArrowRight');
      expect(await at()).toBe(1);
      await page.keyboard.press('End');
      expect(await at()).toBe(of);
      await page.keyboard.press('ArrowLeft');
      expect(await at()).toBe(of - 1);
      await page.keyboard.press('Home');
      expect(await at()).toBe(0);
      await page.keyboard.press('Shift+ArrowRight');
      const interesting = await at();
      expect(interesting).toBeGreaterThan(1);
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('Shift+ArrowLeft');
      expect(await at()).toBe(interesting);
      await page.keyboard.press('1');
      expect(await at()).toBe(interesting + 1);
      await page.keyboard.press('/');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('End');
      await page.keyboard.type('1 f');
      expect(await at()).toBe(interesting + 1);
      await page.keyboard.press('Escape');
      await page.keyboard.press('ArrowRight');
      expect(await at()).toBe(interesting + 2);
    });
  });

  it('plays and pauses', async () => {
    await visit(async (page) => {
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      await expect.poll(async () => (await count(page)).at, { timeout: 5000 }).toBeGreaterThanOrEqual(2);
      await page.keyboard.press('Space');
      const { at } = await count(page);
      await page.waitForTimeout(700);
      expect((await count(page)).at).toBe(at);
    });
  });

  it('scrubs by dragging and is a slider for those who can’t drag', async () => {
    await visit(async (page) => {
      const slider = page.getByRole('slider', { name: 'Step' });
      const box = await slider.boundingBox();
      if (box === null) throw new Error('the timeline has no place');
      await page.mouse.move(box.x + 20, box.y + 40);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2, box.y + 40, { steps: 5 });
      await page.mouse.up();
      const { at, of } = await count(page);
      expect(at).toBeGreaterThan(of * 0.4);
      expect(at).toBeLessThan(of * 0.6);
      await slider.focus();
      await page.keyboard.press('PageDown');
      expect((await count(page)).at).toBe(at + 10);
      await page.keyboard.press('ArrowRight');
      expect((await count(page)).at).toBe(at + 11);
      expect(await slider.getAttribute('aria-valuenow')).toBe(String(at + 11));
      expect(await slider.getAttribute('aria-valuetext')).toContain(await sentence(page));
    });
  });
});

describe('addresses', () => {
  it('goes to an address, and follows the steps again with F', async () => {
    await visit(async (page) => {
      const shown = async (): Promise<string> => (await page.locator('.address-shown').textContent()) ?? '';
      const walked = await shown();
      await page.keyboard.press('/');
      await page.keyboard.type('0xffff_8000 8000 0000');
      await page.keyboard.press('Enter');
      await expect.poll(shown).toBe('ffff800080000000');
      expect(await page.locator('.field.of-pgd .number').textContent()).toBe('256');
      await page.keyboard.press('f');
      await expect.poll(shown).toBe(walked);
    });
  });

  it('answers where an address leads and selects its deepest entry', async () => {
    await visit(async (page) => {
      const ask = async (address: string): Promise<string> => {
        await page.keyboard.press('/');
        await page.keyboard.type(address);
        await page.keyboard.press('Enter');
        await expect.poll(() => page.locator('#address').inputValue()).toBe('');
        return (await page.locator('.answer').textContent()) ?? '';
      };
      expect(await ask('ffff00007c7fc123')).toContain('PA 7c7fc123 (page RW NX cont, 4 KiB)');
      expect(await page.locator('#card-entry h2').textContent()).toContain('PTE[508]');
      expect(await page.locator('#card-table h2').textContent()).toContain('7fff9000');
      expect(await ask('ffff00007c000000')).toMatch(/PA 7c000000 \(block .*2 MiB\)/);
      expect(await ask('fffffdffbfa00000')).toMatch(/not mapped: P[A-Z]+\[\d+\] is none/);
      // A low address, in a capture without a user mm.
      expect(await ask('7fc03000')).toContain('PA 7fc03000');
      expect(await page.locator('.answer').textContent()).toContain('looked up in efi_mm');
      expect(await page.locator('#card-table').textContent()).toContain('efi_mm');
      // The leading digits left out.
      const low = await ask('8000802c0000');
      expect(low).toContain('not mapped');
      expect(low).toContain('looked up in efi_mm');
      expect(low).toContain('Did you mean ffff8000802c0000?');
      await page.getByRole('button', { name: 'ffff8000802c0000' }).click();
      await expect.poll(() => page.locator('.answer').textContent()).toContain('ffff8000802c0000 → PA ');
      await page.keyboard.press('f');
      await expect.poll(() => page.locator('.answer').count()).toBe(0);
      expect(await page.locator('#card-entry').textContent()).not.toContain('let go');
    });
  });

  it('says in a sentence what is no address, and leaves the scene alone', async () => {
    await visit(async (page) => {
      const h1 = await page.locator('h1').textContent();
      await page.keyboard.press('/');
      await page.keyboard.type('kernel');
      await page.keyboard.press('Enter');
      await expect
        .poll(() => page.locator('.address-field [role=alert]').textContent())
        .toContain('no hex number');
      await page.locator('#address').fill('8000000000000000');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('.address-field [role=alert]').textContent()).toContain('48-bit');
      await page.keyboard.press('Escape');
      expect(await page.locator('h1').textContent()).toBe(h1);
    });
  });
});
