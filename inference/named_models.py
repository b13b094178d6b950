"""Models that sentence-transformers can load, by name or folder, from this machine only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from inference.model_files import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer


def find_model(model: str, role: str) -> Path:
    """The folder of the model: given, or kept on this machine from an earlier download.

    `role` is what messages call it. Raises ModelError when it is not here.
    """
    if Path(model).is_dir():
        return Path(model)
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise _library_missing(model, role) from error
    prefix = "cross-encoder" if role == "reranking" else "sentence-transformers"
    names = [model] if "/" in model else [f"{prefix}/{model}", model]
    for name in names:
        try:
            return Path(snapshot_download(name, local_files_only=True))
        except (OSError, ValueError):  # Not downloaded before, or no name a model can have.
            continue
    raise ModelError(
        f'The {role} model "{model}" is not on this machine; '
        "give the folder that holds it, or download it first."
    )


def load_sentence_transformer(model: str, folder: Path) -> SentenceTransformer:
    """The embedding model in `folder`. Raises ModelError when it cannot be loaded."""
    return _loaded(model, "embedding", folder, "SentenceTransformer")


def load_cross_encoder(model: str, folder: Path) -> CrossEncoder:
    """The reranking model in `folder`. Raises ModelError when it cannot be loaded."""
    return _loaded(model, "reranking", folder, "CrossEncoder")


def _loaded(model: str, role: str, folder: Path, kind: str) -> Any:  # noqa: ANN401 - see callers
    try:
        import sentence_transformers
    except ImportError as error:
        raise _library_missing(model, role) from error
    try:
        return getattr(sentence_transformers, kind)(str(folder), local_files_only=True)
    except Exception as error:  # Whatever the model's own code and files make of it.
        raise _unloadable(model, role, folder) from error


def _unloadable(model: str, role: str, folder: Path) -> ModelError:
    return ModelError(
        f'The {role} model "{model}" cannot be loaded from {folder}; '
        "give a folder that sentence-transformers can load."
    )


def _library_missing(model: str, role: str) -> ModelError:
    return ModelError(
        f'The {role} model "{model}" needs sentence-transformers; '
        'install it with: pip install "footnote[models]"'
    )
