/** Something to run at a time. */
export type HeapEntry = {
  readonly dueMs: number;
  /** Decides between entries that are due together. */
  readonly sequence: number;
  readonly run: () => void;
  /** Where it stands in the heap; -1 when it does not. */
  index: number;
};

/** Entries by the time they are due. Adding and removing cost O(log n). */
type TimerHeap = {
  add(entry: HeapEntry): void;
  /** Harmless when the entry is not there. */
  remove(entry: HeapEntry): void;
  first(): HeapEntry | undefined;
  clear(): void;
};

/** A binary heap whose entries know their place, so that a cancelled timer of thirty hours leaves nothing behind. */
export function createTimerHeap(): TimerHeap {
  const heap: HeapEntry[] = [];
  return {
    first: () => heap[0],
    add(entry) {
      place(heap, entry, heap.length);
      rise(heap, entry);
    },
    remove(entry) {
      const { index } = entry;
      if (index < 0) return;
      entry.index = -1;
      const last = heap.pop();
      if (last === undefined || last === entry) return;
      place(heap, last, index);
      rise(heap, last);
      sink(heap, last);
    },
    clear() {
      for (const entry of heap.splice(0)) entry.index = -1;
    },
  };
}

function place(heap: HeapEntry[], entry: HeapEntry, index: number): void {
  heap[index] = entry;
  entry.index = index;
}

function rise(heap: HeapEntry[], entry: HeapEntry): void {
  while (entry.index > 0) {
    const above = (entry.index - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isEarlier(entry, parent)) return;
    place(heap, parent, entry.index);
    place(heap, entry, above);
  }
}

function sink(heap: HeapEntry[], entry: HeapEntry): void {
  for (;;) {
    const left = heap[2 * entry.index + 1];
    const right = heap[2 * entry.index + 2];
    const child = right !== undefined && left !== undefined && isEarlier(right, left) ? right : left;
    if (child === undefined || !isEarlier(child, entry)) return;
    const below = child.index;
    place(heap, child, entry.index);
    place(heap, entry, below);
  }
}

function isEarlier(a: HeapEntry, b: HeapEntry): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.sequence < b.sequence);
}
