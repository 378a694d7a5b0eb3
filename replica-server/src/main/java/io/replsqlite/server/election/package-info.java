/**
 * Who may lead: what a node that was granted the lease asks the others, and what follows from their answers. {@link
 * io.replsqlite.server.election.ElectionRule} decides and knows neither clock nor network; {@link
 * io.replsqlite.server.election.PromiseRound} asks.
 *
 * <p>Imports {@code base} and {@code lease}. Only {@code node} imports it. Everything here runs on the thread {@code role},
 * but for the calls to the other nodes, which run on threads {@code election} for as long as the round lasts.
 *
 * <p>{@code POST /v1/election/promise} carries {@code {"epoch", "candidate", "voterTimeoutMillis", "voters"}}. A
 * node that votes by its own list or the candidate's refuses if theirs differ (409 {@code otherVoters}). The node stores the promise, ends whatever
 * could still bring it records of a lower epoch, and only then answers
 * {@code {"promised": true, "node", "candidate", "priority", "databases": [{"name", "id", "dropped", "head"}]}}, where
 * {@code head} is the position of its durable log, or null if it has no copy; or {@code {"promised": false, "node",
 * "epoch"}} with the higher epoch that it has promised.
 */
@NullMarked
package io.replsqlite.server.election;

import org.jspecify.annotations.NullMarked;
