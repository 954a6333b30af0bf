/** The API's shapes by name. */
import type { components } from './schema';

type Shapes = components['schemas'];

export type Attachment = Shapes['AttachmentText'];
export type FailingTest = Shapes['FailingTest'];
export type Found = Shapes['Found'];
export type Group = Shapes['Group'];
export type Groups = Shapes['Groups'];
export type Outcome = Shapes['RunSummary']['outcome'];
export type RecentFailure = Shapes['RecentFailure'];
export type RunFacts = Shapes['RunFacts'];
export type RunSummary = Shapes['RunSummary'];
export type RunWord = Shapes['RunWord'];
export type SourceInShort = Shapes['SourceInShort'];
export type SourceStatus = Shapes['SourceStatus'];
export type StatusAnswer = Shapes['Status'];
export type StoreStatus = Shapes['StoreStatus'];
export type Summary = Shapes['Summary'];
