/** What is told of TLBs, for runs that concern them. */
export { tlbOf } from '../derive/tlb-timeline.ts';
export { TlbCard } from './TlbCard.tsx';
