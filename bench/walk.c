// SPDX-License-Identifier: GPL-2.0-only
/*
 * The yardstick for the engine's walk: a four-level walk of 1 GiB mapped by 4 KiB pages (262,144 PTEs), a callback through a
 * pointer for each, without events and with one 16-byte event a PTE. Prints nanoseconds a PTE, the median of 41 rounds each.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SLOTS 512
#define PTES (SLOTS * SLOTS)

struct event {
	uint64_t what;
	uint64_t value;
};

typedef int (*visit_fn)(uint64_t *entry, uint64_t va, void *data);

static uint64_t *table(void)
{
	uint64_t *t = aligned_alloc(4096, 4096);

	for (int i = 0; i < SLOTS; i++)
		t[i] = 0;
	return t;
}

static uint64_t *next_table(uint64_t entry)
{
	return (uint64_t *)(uintptr_t)(entry & 0x0000fffffffff000ull);
}

static __attribute__((noinline)) int walk(uint64_t *t, int level, uint64_t va, uint64_t end, visit_fn visit, void *data)
{
	int shift = 12 + 9 * (3 - level);
	uint64_t size = 1ull << shift;

	for (; va < end; va = (va & ~(size - 1)) + size) {
		volatile uint64_t *entry = &t[(va >> shift) & (SLOTS - 1)];
		uint64_t stop = (va & ~(size - 1)) + size;
		int err;

		if (level == 3) {
			err = visit((uint64_t *)entry, va, data);
		} else {
			uint64_t value = *entry;

			if ((value & 3) != 3)
				continue;
			err = walk(next_table(value), level + 1, va, stop < end ? stop : end, visit, data);
		}
		if (err)
			return err;
	}
	return 0;
}

static int count(uint64_t *entry, uint64_t va, void *data)
{
	(void)va;
	*(uint64_t *)data += *(volatile uint64_t *)entry & 1;
	return 0;
}

struct ring {
	struct event *events;
	uint64_t n;
};

static int record(uint64_t *entry, uint64_t va, void *data)
{
	struct ring *ring = data;
	struct event *event = &ring->events[ring->n++ & (PTES - 1)];

	event->what = va;
	event->value = *(volatile uint64_t *)entry;
	return 0;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(uint64_t *root, visit_fn visit, void *data)
{
	double rounds[41];

	for (int r = 0; r < 41; r++) {
		struct timespec a, b;

		clock_gettime(CLOCK_MONOTONIC, &a);
		walk(root, 0, 0, 1ull << 30, visit, data);
		clock_gettime(CLOCK_MONOTONIC, &b);
		rounds[r] = ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / PTES;
	}
	qsort(rounds, 41, sizeof(double), by_value);
	return rounds[20];
}

int main(void)
{
	uint64_t *pgd = table(), *pud = table(), *pmd = table(), total = 0;
	struct ring ring = { .events = malloc(PTES * sizeof(struct event)), .n = 0 };

	pgd[0] = (uintptr_t)pud | 3;
	pud[0] = (uintptr_t)pmd | 3;
	for (int i = 0; i < SLOTS; i++) {
		uint64_t *pte = table();

		pmd[i] = (uintptr_t)pte | 3;
		for (int j = 0; j < SLOTS; j++)
			pte[j] = 0x00e8000000000703ull + ((uint64_t)(i * SLOTS + j) << 12);
	}
	for (uint64_t i = 0; i < PTES; i++)
		ring.events[i].what = 0;
	printf("%.3f\n", median(pgd, count, &total));
	printf("%.3f\n", median(pgd, record, &ring));
	return total == 0;
}
