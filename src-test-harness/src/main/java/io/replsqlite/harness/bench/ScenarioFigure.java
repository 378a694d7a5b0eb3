package io.replsqlite.harness.bench;

/** A figure and the scenario that gave it, by the name the command knows. */
record ScenarioFigure(String scenario, Figure figure) {}
