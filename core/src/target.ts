/** A target that an application publishes: an id from its checklist, and the budget that must hold. */
export interface Target {
  /** From the application's checklist: `CIV-12.p95`. */
  id: string
  /** In a person's words: "API, 95th percentile". */
  title: string
  /** In the budget language: `p95 < 500ms`. */
  budget: string
}
