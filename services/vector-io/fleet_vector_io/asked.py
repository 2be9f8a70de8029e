"""What search requests ask for, with all that they leave open filled in."""

from collections.abc import Sequence
from typing import Any

import msgspec

from fleet.vector_io.v1 import messages as m
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument
from fleet_vector_io.config import SearchConfig
from fleet_vector_io.filter_reading import read_filter
from fleet_vector_io.fusion import Fusion, Ranking
from fleet_vector_io.search import Mode, Wanted

DEFAULT_LIMIT = 10
# OpenAI's names of rankers, which leave it to the service.
_LEFT_OPEN = ("auto", "none", "default-2024-08-21", "default-2024-11-15", "default_2024_08_21")
_FUSIONS: tuple[Fusion, ...] = ("rrf", "weighted", "normalized")
_NEURAL = "neural"


def search_of(
    request: m.SearchVectorStoreRequest, texts: Sequence[str], config: SearchConfig
) -> Wanted:
    """Return what a search of OpenAI's API asks for.

    Raises:
        InvalidArgument: It asks for what does not go together, or there is not.
    """
    options = request.ranking_options or m.SearchRankingOptions()
    mode = _mode(request.search_mode, options, config)
    return Wanted(
        texts=texts,
        limit=request.max_num_results or DEFAULT_LIMIT,
        mode=mode,
        condition=read_filter(request.filters),
        threshold=options.score_threshold or 0.0,
        ranking=_ranking(options, config),
        reranker=_reranker(options, config),
        reranker_weight=_reranker_weight(options),
    )


def query_of(request: m.QueryChunksRequest, config: SearchConfig) -> Wanted:
    """Return what a query of Llama Stack's own API asks for."""
    params = request.params or m.QueryChunksParams()
    return Wanted(
        texts=[text_of(request.query, "query")],
        limit=params.max_chunks or params.k or DEFAULT_LIMIT,
        mode=params.mode or config.default_search_mode,
        condition=read_filter(params.filters, "params.filters"),
        threshold=params.score_threshold or 0.0,
        ranking=ranker_of(params.ranker, config, "params.ranker"),
    )


def text_of(content: m.Content, param: str) -> str:
    """Return what content says.

    Raises:
        InvalidArgument: It says nothing.
    """
    items = content if isinstance(content, list) else [content]
    text = " ".join(item if isinstance(item, str) else item.text for item in items)
    if not text.strip():
        raise InvalidArgument(f"'{param}' is empty.", code="empty_query", param=param)
    return text


class _Ranker(msgspec.Struct):
    type: str
    alpha: float | None = None
    impact_factor: float | None = None


def ranker_of(raw: msgspec.Raw, config: SearchConfig, param: str) -> Ranking:
    """Return how ranks become one, as Llama Stack's own API says it: `{"type": "rrf", "impact_factor": 60}`."""
    if raw is ABSENT or bytes(raw) in (b"", b"null"):
        return _usual(config)
    try:
        told = msgspec.json.decode(raw, type=_Ranker)
    except msgspec.DecodeError as error:
        raise InvalidArgument(f"'{param}': {error}.", code="invalid_ranker", param=param) from None
    options = m.SearchRankingOptions(
        ranker=told.type, alpha=told.alpha, impact_factor=told.impact_factor
    )
    return _ranking(options, config, param)


def _mode(asked: Mode | None, options: m.SearchRankingOptions, config: SearchConfig) -> Mode:
    if options.hybrid_search is None:
        return asked or config.default_search_mode
    if options.ranker in (*_FUSIONS, _NEURAL):
        raise InvalidArgument(
            f"'hybrid_search' ranks by itself, and does not go with the ranker '{options.ranker}'.",
            code="invalid_ranker",
            param="ranking_options.hybrid_search",
        )
    return "hybrid"


def _ranking(
    options: m.SearchRankingOptions,
    config: SearchConfig,
    param: str = "ranking_options.ranker",
) -> Ranking:
    usual = _usual(config)
    hybrid, weights = options.hybrid_search, options.weights or {}
    if hybrid is not None:
        return _weighted_rrf(usual, hybrid.embedding_weight, hybrid.text_weight)
    fusion = _fusion(options.ranker, usual.fusion, param)
    if options.impact_factor is not None and options.impact_factor <= 0:
        raise InvalidArgument(
            "'impact_factor' is a number above 0.",
            code="invalid_ranker",
            param="ranking_options.impact_factor",
        )
    alpha = options.alpha if options.alpha is not None else _alpha(weights, usual.alpha)
    return Ranking(
        fusion=fusion,
        alpha=alpha,
        impact_factor=options.impact_factor or usual.impact_factor,
        by_meaning=weights.get("vector", 1.0),
        by_words=weights.get("keyword", 1.0),
    )


def _usual(config: SearchConfig) -> Ranking:
    return Ranking(
        config.default_reranker_strategy, config.weighted_search_alpha, config.rrf_impact_factor
    )


def _weighted_rrf(usual: Ranking, by_meaning: float, by_words: float) -> Ranking:
    if by_meaning + by_words <= 0:
        raise InvalidArgument(
            "One of the weights of 'hybrid_search' is above 0.",
            code="invalid_ranker",
            param="ranking_options.hybrid_search",
        )
    return Ranking("rrf", usual.alpha, usual.impact_factor, by_meaning, by_words)


def _fusion(ranker: str | None, usual: Fusion, param: str) -> Fusion:
    """Return what a ranker is. Where there is one rank alone it changes nothing, and is taken all the same."""
    if ranker is None or ranker in (*_LEFT_OPEN, _NEURAL):
        return usual
    found = next((fusion for fusion in _FUSIONS if fusion == ranker), None)
    if found is None:
        known = ", ".join((*_FUSIONS, _NEURAL, *_LEFT_OPEN[:2]))
        raise InvalidArgument(
            f"There is no ranker '{ranker}'; there are: {known}.",
            code="invalid_ranker",
            param=param,
        )
    return found


def _alpha(weights: dict[str, float], usual: float) -> float:
    """Return how much meaning counts, from the weights of both ranks."""
    total = weights.get("vector", 0.0) + weights.get("keyword", 0.0)
    return weights.get("vector", 0.0) / total if total > 0 else usual


def _reranker(options: m.SearchRankingOptions, config: SearchConfig) -> str | None:
    if options.ranker != _NEURAL and not (options.weights or {}).get("neural"):
        return None
    model = options.model or config.default_reranker_model
    if model is None:
        raise InvalidArgument(
            "The ranker 'neural' needs a rerank model; name one as 'model', or configure"
            " 'search.default_reranker_model'.",
            code="missing_model",
            param="ranking_options.model",
        )
    return model


def _reranker_weight(options: m.SearchRankingOptions) -> float:
    """Return how much the rerank model counts against the rank before it."""
    weights: dict[str, Any] = dict(options.weights or {})
    neural, others = weights.get("neural"), weights.get("vector", 0.0) + weights.get("keyword", 0.0)
    return neural / (neural + others) if neural else 1.0
