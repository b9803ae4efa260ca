#!/usr/bin/env python3
"""Reads what `samskab export` wrote with the readers of others, and compares.

    read_export.py ALL.csv ALL.json AGENTS.csv SITES.graphml PEOPLE.graphml

The csv and json modules are always there; networkx and igraph are asked when they are.
"""
import collections
import csv
import json
import sys


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def same_table_and_document(table, path):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    places = document["dimensions"]["municipality"]
    assert len(table) == 2 * 54 * 2, len(table)
    for row in table:
        at = int(row["replicate"]) - 1, int(row["week"]) - 1, places.index(row["municipality"])
        for name, series in document["series"].items():
            value = series["values"][at[0]][at[1]][at[2]]
            assert (row[name] == "") == (value is None), (name, at)
            assert value is None or float(row[name]) == value, (name, at)


def counts_of_agents(table):
    """People at work of the last week of replicate 1, and friendships cannot be known."""
    last = [row for row in table if row["replicate"] == "1" and row["week"] == "54"]
    return len(last), sum(row["site"] != "" for row in last)


def with_networkx(sites, people, citizens, sited):
    try:
        import networkx
    except ImportError:
        print("skipped: no networkx")
        return
    graph = networkx.read_graphml(people)
    kinds = collections.Counter(kind for _, kind in graph.nodes(data="kind"))
    ties = collections.Counter(tie for _, _, tie in graph.edges(data="tie"))
    assert kinds["citizen"] == citizens and ties["coproduces_at"] == sited, (kinds, ties)
    names = {place for _, place in graph.nodes(data="municipality")}
    assert 'Rødby, "nord" & <syd>' in names, names
    assert isinstance(graph.nodes["citizen_0"]["age"], (int, float))
    small = networkx.read_graphml(sites)
    at_sites = sum(node["citizen_count"] for _, node in small.nodes(data=True)
                   if node["kind"] == "site")
    assert at_sites == sited, (at_sites, sited)


def with_igraph(sites, people, citizens, sited):
    try:
        import igraph
    except ImportError:
        print("skipped: no igraph")
        return
    graph = igraph.Graph.Read_GraphML(people)
    assert not graph.is_directed() and graph.is_simple()
    assert graph.vs["kind"].count("citizen") == citizens
    assert graph.es["tie"].count("coproduces_at") == sited
    small = igraph.Graph.Read_GraphML(sites)
    count = zip(small.vs["kind"], small.vs["citizen_count"])
    assert sum(number for kind, number in count if kind == "site") == sited


def main():
    table, document, agents, sites, people = sys.argv[1:]
    same_table_and_document(rows_of(table), document)
    citizens, sited = counts_of_agents(rows_of(agents))
    assert citizens > 3000 and sited > 200
    with_networkx(sites, people, citizens, sited)
    with_igraph(sites, people, citizens, sited)


main()
