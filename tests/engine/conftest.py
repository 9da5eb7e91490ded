from pathlib import Path

import pytest

from tests import missing
from tests.engine.environments import MATRIX, Environment, UnavailableError


@pytest.fixture(scope="session", params=MATRIX, ids=str)
def python(request: pytest.FixtureRequest) -> Path:
    """Interpreter of each environment of the matrix; the tests of one that cannot be made are skipped and counted."""
    environment: Environment = request.param
    try:
        return environment.interpreter()
    except UnavailableError as error:
        missing.skip(f"environment {environment}", str(error))
