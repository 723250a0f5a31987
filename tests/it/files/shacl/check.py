"""Asks pySHACL, a validator that is not ours, what it says of catalogues: of each that it is given, and of the first
with one thing taken out, for everything the shapes demand at least one of. Reads and writes JSON; judges nothing."""

import json
import sys

from pyshacl import validate
from rdflib import RDF, Graph, Namespace

SH = Namespace("http://www.w3.org/ns/shacl#")

asked = json.load(sys.stdin)
shapes = Graph().parse(asked["shapes"], format="turtle")


def faults(graph, **options):
    """What the validator finds: the path of each fault, or what it is about where there is no path."""
    _, results, _ = validate(graph, shacl_graph=shapes, **options)
    found = []
    for result in results.subjects(RDF.type, SH.ValidationResult):
        about = results.value(result, SH.resultPath) or results.value(result, SH.sourceConstraintComponent)
        found.append([str(results.value(result, SH.focusNode)), str(about)])
    return sorted(found)


def without(graph, subject, path):
    """The same catalogue in which a thing says nothing by a path."""
    changed = Graph()
    for triple in graph:
        if triple[:2] != (subject, path):
            changed.add(triple)
    return changed


graphs = [Graph().parse(data=one["text"], format=one["syntax"]) for one in asked["catalogues"]]
# the shapes themselves are looked at once
answers = [faults(graph, meta_shacl=number == 0) for number, graph in enumerate(graphs)]

lacking = []
for shape in sorted(shapes.subjects(SH.targetClass, None)):
    target = shapes.value(shape, SH.targetClass)
    for demanded in shapes.objects(shape, SH.property):
        path = shapes.value(demanded, SH.path)
        if shapes.value(demanded, SH.minCount) is None:
            continue
        subject = min(graphs[0].subjects(RDF.type, target))
        found = faults(without(graphs[0], subject, path))
        lacking.append({"class": str(target), "path": str(path), "isTold": [str(subject), str(path)] in found})

json.dump({"catalogues": answers, "lacking": lacking}, sys.stdout)
