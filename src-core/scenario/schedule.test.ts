import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSchedule, parseSchedule, SCHEDULE_MAX_CHARS, SCHEDULE_MAX_CHOICES } from './schedule.ts';

const message = (text: string, contexts?: number): string => {
  const parsed = parseSchedule(text, contexts);
  return parsed.ok ? 'ok' : `${parsed.error.path} ${parsed.error.message}`;
};

describe('schedule', () => {
  it('reads run-length text', () => {
    expect(parseSchedule('a3ba2')).toEqual({ ok: true, value: [0, 0, 0, 1, 0, 0] });
    expect(parseSchedule('')).toEqual({ ok: true, value: [] });
    expect(parseSchedule('dcba')).toEqual({ ok: true, value: [3, 2, 1, 0] });
  });

  it('writes the shortest text', () => {
    expect(formatSchedule([0, 0, 0, 1, 0, 0])).toBe('a3ba2');
    expect(formatSchedule([])).toBe('');
  });

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 300 }), (choices) => {
        const text = formatSchedule(choices);
        if (text.length > SCHEDULE_MAX_CHARS) return;
        expect(parseSchedule(text)).toEqual({ ok: true, value: choices });
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  it('says where a text is wrong', () => {
    expect(message('a3xb')).toContain('position 3: found "x" where');
    expect(message('3a')).toContain('position 1');
    expect(message('a03')).toContain('position 2: a count starts with 1 to 9');
    expect(message('aba', 1)).toContain('position 2: there is no context b: the scenario has only a');
    expect(message('abd', 3)).toContain('there is no context d: the scenario has a to c');
    expect(message('A')).toContain('position 1');
  });

  it('is bounded', () => {
    expect(message(`a${SCHEDULE_MAX_CHOICES}`)).toBe('ok');
    expect(message(`ba${SCHEDULE_MAX_CHOICES}`)).toContain('position 2: more than');
    expect(message(`a${'9'.repeat(400)}`)).toContain('more than');
    expect(message('ab'.repeat(SCHEDULE_MAX_CHARS))).toContain('more than 4096 characters');
  });

  it('refuses to write a context that has no letter', () => {
    expect(() => formatSchedule([4])).toThrow(RangeError);
    expect(() => formatSchedule([-1])).toThrow(RangeError);
    expect(() => formatSchedule([0.5])).toThrow(RangeError);
  });
});
