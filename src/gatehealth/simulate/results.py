"""The results of many runs, gathered in arrays that Arrow takes over as they are: the bulk of a gate is copied once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gatehealth.model import Status
from gatehealth.simulate.layout import World
from gatehealth.simulate.outcomes import Columns
from gatehealth.store.columns import SCHEMAS

_SCHEMA = SCHEMAS["results"]
_DTYPES = {field.name: np.dtype(field.type.to_pandas_dtype()) for field in _SCHEMA if field.name != "end_only"}


class ResultRows:
    """Rows of the store's `results`, run by run; there is room for `capacity` of them, and more is made when it is needed."""

    def __init__(self, world: World, capacity: int) -> None:
        self._test_ids = world.test_ids
        self._capacity = capacity
        self._tests = np.empty(capacity, np.int32)
        self._start()

    def _start(self) -> None:
        self.count = 0
        self._arrays: dict[str, NDArray[Any]] = {name: np.empty(self._capacity, dtype) for name, dtype in _DTYPES.items()}

    @property
    def tests(self) -> NDArray[np.int32]:
        """Each row's test, into World.tests: shape (count,)."""
        return self._tests[: self.count]

    def column(self, name: str) -> NDArray[Any]:
        """A column of the rows gathered so far: shape (count,)."""
        return self._arrays[name][: self.count]

    def add(self, run_id: int, job_id: int, columns: Columns, tags: NDArray[np.uint32]) -> None:
        """Adds the results of a run; `tags` index its tag sets."""
        first, until = self.count, self.count + len(tags)
        if until > self._capacity:
            self._grow(until)
        self.count = until
        arrays = self._arrays
        arrays["run_id"][first:until] = run_id
        arrays["job_id"][first:until] = job_id
        np.take(self._test_ids, columns.test, out=arrays["test_id"][first:until], mode="clip")
        arrays["status"][first:until] = columns.status
        arrays["attempt"][first:until] = columns.attempt
        arrays["start_us"][first:until] = columns.start_us
        arrays["duration_us"][first:until] = columns.duration_us
        arrays["tags"][first:until] = tags
        self._tests[first:until] = columns.test

    def _grow(self, least: int) -> None:
        kept, before, tests = self.count, self._arrays, self._tests
        self._capacity = max(least, 2 * self._capacity)
        self._start()
        self._tests = np.empty(self._capacity, np.int32)
        self._tests[:kept] = tests[:kept]
        for name, array in before.items():
            self._arrays[name][:kept] = array[:kept]
        self.count = kept

    def finish(self) -> pa.Table:
        """The rows as a table; the next begin."""
        arrays = {name: pa.array(self.column(name)) for name in _DTYPES}
        open_ = self.column("status") == Status.INCOMPLETE
        if open_.any():
            arrays["duration_us"] = pa.array(self.column("duration_us"), mask=open_)
        arrays["end_only"] = pa.repeat(pa.scalar(False), self.count)  # no result came as an end alone
        self._start()
        return pa.Table.from_arrays([arrays[name] for name in _SCHEMA.names], schema=_SCHEMA)
