"""What every vector store provider keeps: the tests that each of them runs over itself.

    class TestFaiss(VectorStoreContract):
        @pytest.fixture
        def new_store(self, tmp_path):
            return lambda: Faiss(Faiss.Config(db_path=tmp_path / "faiss.db"))

`new_store` returns what opens one more provider over the same place. `modes` names the searches that the provider has,
if not both; `shared = False` says that only one provider at a time can have the place open.
"""

from fleet_testing.vector_stores.crowds import Crowds
from fleet_testing.vector_stores.keeping import Keeping
from fleet_testing.vector_stores.meaning import Meaning
from fleet_testing.vector_stores.selecting import Selecting
from fleet_testing.vector_stores.words import Words


class VectorStoreContract(Keeping, Meaning, Words, Selecting, Crowds):
    """All that a vector store must do."""
