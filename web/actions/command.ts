/** Something a person can ask for, by key or by name. */
export interface Command {
  readonly id: string;
  readonly label: string;
  /** A sentence about it. */
  readonly about?: string;
  readonly group: 'Step' | 'Look' | 'Scenario' | 'Walkthrough' | 'Library';
  /** As shown: `Shift →`. */
  readonly keys?: string;
  readonly run: () => void;
  /** False while it would do nothing. */
  readonly enabled?: () => boolean;
}
