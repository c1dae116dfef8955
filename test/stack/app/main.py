import asyncio

from fastapi import FastAPI

from app.api.v1.endpoints import jobs, websocket
from app.core import logs
from app.core.database import Database

logs.set_up_backend()

app = FastAPI(title="P1 Lending ETL")
app.include_router(jobs.router, prefix="/api/v1")
app.include_router(websocket.router)


@app.on_event("startup")
async def start_bridge():
    app.state.bridge = asyncio.create_task(websocket.bridge())


@app.get("/health")
def health():
    with Database() as database:
        database.rows("SELECT 1")
    return {"status": "healthy"}
