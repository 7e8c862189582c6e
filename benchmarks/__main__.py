"""Run all benchmarks and print one table each: `make bench`."""

from benchmarks import landing, loading, tokens

for module in (tokens, landing, loading):
    print(module.run().render(), end="\n\n")
