/** How a step is made here: `Press →` with keys, `Tap ▶` on a touch screen. */
export function StepKey() {
  return (
    <>
      <span className="by-key">
        Press <kbd>→</kbd>
      </span>
      <span className="by-touch">
        Tap <kbd>▶</kbd>
      </span>
    </>
  );
}
